"""How a return comes to be, from a workbook or from data, and how the units' returns become a disclosure."""
