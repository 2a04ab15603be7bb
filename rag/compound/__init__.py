"""Questions of more than one value: taken apart, answered one by one, joined or computed with."""
