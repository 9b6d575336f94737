"""What lies outside: packages, workbooks, documents, results, the console."""
