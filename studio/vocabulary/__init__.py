"""Each noun of the studio, said once."""
