"""Power cuts: what the real store and spool asked of the disk, cut after every single request.

The model of the disk is harsher than most disks: until fsync, a file's writes may be dropped,
kept or torn in any combination, sector by sector; a folder's new names, renames and removals hold
in their order only, and surely only after the folder was synced.
"""
