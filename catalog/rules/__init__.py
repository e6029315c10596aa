"""Pure rules of what is sold: prices in time, barcodes, words, what a line needs to know."""
