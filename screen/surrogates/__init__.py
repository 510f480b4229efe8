"""The trained surrogates: fitted, cached, kept in versions, one of them champion."""
