"""Data: tables read, understood, encoded, split and cut into batches."""
