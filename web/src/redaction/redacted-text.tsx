import { IconKey } from '@tabler/icons-react'
import { Fragment } from 'react'
import { holdsMark, MARK } from '../../../src/secret-mark.ts'
import { Link } from '../routing/link.tsx'

/** Text that was redacted: each `[secret NAME]` in it is a chip that leads to the secret. */
export function RedactedText({ text }: { text: string }) {
  if (!holdsMark(text)) return text
  const pieces: { at: number; before: string; name: string | undefined }[] = []
  let end = 0
  for (const match of text.matchAll(MARK)) {
    pieces.push({ at: match.index, before: text.slice(end, match.index), name: match[1] })
    end = match.index + match[0].length
  }
  return (
    <>
      {pieces.map(({ at, before, name }) => (
        <Fragment key={at}>
          {before}
          <SecretMark name={name} />
        </Fragment>
      ))}
      {text.slice(end)}
    </>
  )
}

/** Stands in place of a value that was redacted, and leads to its secret. */
export function SecretMark({ name }: { name: string | undefined }) {
  const content = (
    <>
      <IconKey size={12} aria-hidden /> {name ?? 'secret'}
    </>
  )
  if (name === undefined) return <span className="secret-mark">{content}</span>
  return (
    <Link
      from="/w/$workspace"
      to="/w/$workspace/settings/secrets"
      hash={name}
      className="secret-mark"
      aria-label={`Secret ${name}`}
      title={`The value of the secret ${name} stood here.`}
    >
      {content}
    </Link>
  )
}
