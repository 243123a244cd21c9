"""Files and objects that hold a table: found, opened, read in batches."""
