import { RedactedText } from '../redaction/redacted-text.tsx'
import type { JsonRow } from './json-rows.ts'

/** The key and the value of one row. */
export function JsonRowContent({ row: { name, content, expanded } }: { row: JsonRow }) {
  return (
    <span className="json-line">
      {name !== undefined && (
        <span className={typeof name === 'number' ? 'json-index' : 'json-key'}>{`${name}: `}</span>
      )}
      <Content content={content} expanded={expanded} />
    </span>
  )
}

function Content({ content, expanded }: Pick<JsonRow, 'content' | 'expanded'>) {
  switch (content.kind) {
    case 'list':
      return <Dim text={content.size === 0 ? '[]' : `[ ${content.preview} ]`} />
    case 'object':
      if (content.size === 0) return <Dim text="{}" />
      return expanded ? <Dim text="{ }" /> : <Dim text={`{ ${content.preview} }`} />
    case 'text':
      return (
        <span className="json-text">
          "<RedactedText text={content.text} />"
        </span>
      )
    case 'long-text':
      if (expanded) return <Dim text={`text, ${content.length.toLocaleString('en')} characters`} />
      return (
        <span className="json-text">
          "<RedactedText text={content.text} />
          …"
          <Dim text={` ${content.length.toLocaleString('en')} characters`} />
        </span>
      )
    case 'piece':
      return (
        <span className="json-text">
          <RedactedText text={content.text} />
        </span>
      )
    case 'literal':
      return <span className="json-literal">{content.text}</span>
    default:
      return content satisfies never
  }
}

function Dim({ text }: { text: string }) {
  return <span className="json-dim">{text}</span>
}
