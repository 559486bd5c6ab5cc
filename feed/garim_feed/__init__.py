"""What an entry is and how lists are looked up; the ground floor that imports nothing of Garim."""
