"""Look-up: memory-mapped indexes over lists, shared by all processes.

From the disk up: `index_file` (arrays in a file), `exact` and `bands` (search), `part`, `pictures`
(one file's entries), `list_index` (one list of base and tail), `generation` (all lists), `live`
(the generation in force). From segments down: `plan`, `build`, `build_list`, `part_file` and
`canaries` (the guards).
"""
