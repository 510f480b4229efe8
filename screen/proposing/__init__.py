"""The proposals as a chemist gets them: the walk, its documents, its report."""
