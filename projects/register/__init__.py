"""The Excel register: written as a template, read, checked, imported all or nothing.

``sheets`` is the table of sheets and columns; ``read`` makes rows of a file,
``check`` a plan of rows, ``write`` the database's rows of a plan, all in one
transaction; ``template`` writes the empty workbook.
"""
