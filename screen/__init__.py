"""The job: search space, candidates, campaign, ranking, report and command line."""
