"""The auditor of statements that others published: what a statement says, what of it was understood, and what does not hold.

It never made these documents and knows no template: it scans numbers, and gives each the subject that is named just before it.
The words of a form are data (schema/statements/).
"""
