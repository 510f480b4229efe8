"""What papers print of an electrolyte: text in, amounts out."""
