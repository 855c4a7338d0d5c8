"""How much is enough: the limits of all files, in one place."""

from datetime import timedelta

MIB = 1024 * 1024
FILE_AT_MOST = 25 * MIB
BODY_AT_MOST = FILE_AT_MOST + MIB  # the file, and what a form puts around it
PERSON_AT_MOST = 200 * MIB
FILES_AT_MOST = 20  # beside one reflection
# What was removed stays for a week and so takes room; without an end to it, adding and removing would fill the disk.
REMOVED_AT_MOST = PERSON_AT_MOST

PIXELS_AT_MOST = 24_000_000  # counted before anything is decoded
EDGE, SMALL_EDGE = 2048, 480  # of a picture as it is kept, and of its small copy

ENTRIES_AT_MOST = 2_000  # in a document, which is a ZIP archive …
DIRECTORY_AT_MOST = 512 * 1024  # … whose table of contents is read first
UNPACKED_AT_MOST, RATIO_AT_MOST, RATIO_FROM = 256 * MIB, 50, 64 * MIB

REMOVED_LAST = timedelta(days=7)  # so long a removed file can be brought back
LOST_AFTER = timedelta(hours=1)  # a file without a row is one whose request failed, when it is older than this
