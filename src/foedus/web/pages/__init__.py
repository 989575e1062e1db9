"""The pages: functions from the site and the values of a request to a page, without HTTP."""
