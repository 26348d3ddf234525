/** The output of the step, as the variable explorer shows it. */
export const output = {
  type: 'object',
  properties: {
    rows: {
      type: 'array',
      items: { type: 'object' },
      description: 'Each row by its columns. 64-bit and decimal numbers are text, bytes are base64.',
    },
    rowCount: {
      type: 'integer',
      description: 'How many rows were read or changed; of a truncated result, how many there are.',
    },
    truncated: { type: 'boolean', description: 'Whether there were more rows than were asked for.' },
    fields: {
      type: 'array',
      items: {
        type: 'object',
        properties: { name: { type: 'string' }, type: { type: 'string' } },
      },
      description: 'The columns in their order, with the name of their type.',
    },
  },
}
