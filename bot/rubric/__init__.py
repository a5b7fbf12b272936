"""How good the operating system is, as the head of product and a product manager score it by what the facts allow."""
