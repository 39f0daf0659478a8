"""Small applications and extensions that the tests include."""
