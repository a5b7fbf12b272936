"""Being named owner, deputy or lead of something: whoever is newly named says whether they take it on."""
