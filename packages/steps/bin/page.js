// @ts-check
/**
 * The page about a step type, in Markdown.
 *
 * @param {import('@lockstep/steps').StepType} type
 * @param {ReturnType<typeof import('@lockstep/steps').describeFields>} fields of its form
 */
export function page(type, fields) {
  const rows = fields.map((it) => {
    const words = [it.required && 'required', it.acceptsSecrets && 'takes secrets'].filter(Boolean).join(', ')
    return `| \`${it.name}\` | ${cell(it.label)} | ${it.kind.toLowerCase()} | ${words} | ${cell(it.help ?? '')} |`
  })
  return [
    `# ${type.title}`,
    '',
    cell(type.description),
    '',
    `Its type is \`${type.type}\`.`,
    '',
    '| field | label | kind | | |',
    '|---|---|---|---|---|',
    ...rows,
    '',
    'Its output:',
    '',
    '```json',
    JSON.stringify(type.output, null, 2),
    '```',
    '',
  ].join('\n')
}

/** What looks like a tag, ends a cell or is a template is text, on a site as well. */
const cell = (/** @type {string} */ text) =>
  text.replaceAll('|', '\\|').replaceAll('\n', ' ').replaceAll('<', '&lt;').replaceAll('{{', '&#123;&#123;')
