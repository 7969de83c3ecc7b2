"""What a full registry holds beyond the cases of a file: how they went from country to country. Pure, as all of `synthetic`."""
