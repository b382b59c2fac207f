"""Messages: what the program says, by code, in English and Korean.

The words lie in catalogues, one gettext file per area and language (``en/lab.po``,
``ko/lab.po``). Code names a message by its code and gives the values of its blanks.
"""

from virtual_lab.messages.catalogue import Language, codes, has, preload, say
from virtual_lab.messages.faults import fault
from virtual_lab.messages.message import Message, say_all

__all__ = ["Language", "Message", "codes", "fault", "has", "preload", "say", "say_all"]
