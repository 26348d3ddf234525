/** The output of the step, as the variable explorer shows it. */
export const output = {
  type: 'object',
  properties: {
    status: { type: 'integer', description: 'The status code of the answer.' },
    ok: { type: 'boolean', description: 'Whether the status is 200 to 299.' },
    headers: {
      type: 'object',
      description: 'By name in lower case; a list where set-cookie came several times.',
    },
    body: {
      description:
        'Parsed when JSON, text when text, otherwise { base64, bytes, type }, of which the filter decode makes text. With pages, the list of all items.',
    },
    file: {
      type: 'object',
      description: 'The answer, when it was kept as a file. Its body is null then.',
      properties: {
        file: { type: 'string', description: 'The id of the file.' },
        name: { type: 'string' },
        mediaType: { type: 'string' },
        bytes: { type: 'integer' },
      },
    },
    durationMs: { type: 'integer', description: 'From sending to the last byte, in milliseconds.' },
    url: {
      type: 'string',
      description:
        'Where the answer came from, after redirects: without the query, and with secrets in the path masked.',
    },
    pages: {
      type: 'integer',
      description: 'With pages: how many were read. The rest is of the last answer.',
    },
    hasMore: {
      type: 'boolean',
      description: 'With pages: whether there may be more than were allowed.',
    },
  },
}
