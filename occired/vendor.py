"""Where files from other packages are."""

from bootstrap_wrapper import get_bootstrap_css_dir

# Bootstrap 5.3's compiled style sheets (static/css builds on bootstrap.min.css); none of its JavaScript is used.
BOOTSTRAP_DIR = get_bootstrap_css_dir()
