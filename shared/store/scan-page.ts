/**
 * Items that a page of a scan looks at: about the megabyte at which DynamoDB ends one anyway. DynamoDB Local takes all that is left of the
 * table into memory for each page that has no limit, and comes to its end at some 40,000 records.
 */
export const SCAN_PAGE = 500;
