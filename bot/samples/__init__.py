"""Sample data for every template, by which words are shown and checked before anybody reads them."""
