"""What pages say of the response of a tumour, worked out by RECIST 1.1."""
