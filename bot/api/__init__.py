"""The API: what programs such as a deploy pipeline ask for over HTTP, by a token, and how they are answered."""
