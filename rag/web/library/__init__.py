"""The library page: what there is, adding, correcting, removing, searching, keeping it sound."""
