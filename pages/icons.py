"""The portal's own line icons: what goes inside a 24 x 24 `<svg>`, stroked in the colour of the text."""

ICONS = {
    "check": '<path d="m5 12.5 4.5 4.5L19 7"/>',
    "check-circle": '<circle cx="12" cy="12" r="9"/><path d="m8 12.5 2.8 2.8L16 9.5"/>',
    "x-circle": '<circle cx="12" cy="12" r="9"/><path d="m9 9 6 6m0-6-6 6"/>',
    "alert": '<path d="M12 3.5 2.8 19.5h18.4z"/><path d="M12 10v4.2m0 2.6v.01"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v5.5m0-9v.01"/>',
    "minus": '<path d="M6 12h12"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "down": '<path d="m5 9 7 7 7-7"/>',
    "right": '<path d="m9 5 7 7-7 7"/>',
    "sorted-up": '<path d="M12 20V5m-6 6 6-6 6 6"/>',
    "sorted-down": '<path d="M12 4v15m-6-6 6 6 6-6"/>',
    "sortable": '<path d="m8 9.5 4-4 4 4m-8 5 4 4 4-4"/>',
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "play": '<rect x="3" y="5" width="18" height="14" rx="3"/><path d="m10.5 9.2 4.5 2.8-4.5 2.8z"/>',
    "search": '<circle cx="11" cy="11" r="6.5"/><path d="m16 16 4.5 4.5"/>',
    "printer": '<path d="M7 9V4h10v5"/><path d="M7 17H4v-7h16v7h-3"/><path d="M7 14h10v6H7z"/>',
    "inbox": '<path d="M4 13.5 6.5 5h11L20 13.5V19H4z"/><path d="M4 13.5h4.5l1.5 2.5h4l1.5-2.5H20"/>',
    "bell": '<path d="M6 17v-6a6 6 0 0 1 12 0v6l1.5 2h-15z"/><path d="M10.5 21.5h3"/>',
    "lock": '<rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/>',
    "print": '<path d="M7 9V4h10v5M7 17H4V9h16v8h-3"/><path d="M7 14h10v6H7z"/>',
}
