/**
 * What it means for the row of a run that it has ended, whoever ends it. A statement on `run` sets besides how it ended.
 * What was sealed for a take-over and the run's job go with the same transaction.
 */
export const SET_ENDED = 'sealed_input = null, finished_at = moment.at'

/**
 * The time at which a statement changes rows, to be met as `moment.at`. A distributed database refuses a function in an update
 * that gives another result each time.
 */
export const MOMENT = 'moment as materialized (select clock_timestamp() as at)'
