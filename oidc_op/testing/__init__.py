"""What embedding projects and authors of stores test with."""
