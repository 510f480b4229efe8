"""New measurements in, a challenger out, compared with the champion."""
