"""Reading what people bring: pasted lists, sheets, letter files. Pure: no database, no request, nothing is written."""
