import { Button, Text } from '@mantine/core'
import type { RefObject } from 'react'
import { DocsLink } from '../../docs/docs-link.tsx'
import type { Spot } from '../draft/destination.ts'
import { useEditor } from '../state/editor-context.ts'
import type { Fix, TemplateProblem } from '../template/problems.ts'
import type { TemplateInput } from '../template/template-editor.tsx'

/** What is wrong at one place of a template, and the buttons that correct it. */
export function FixButtons({
  problem,
  input,
  spot,
}: {
  problem: TemplateProblem
  input: RefObject<TemplateInput | null>
  spot: Spot | undefined
}) {
  const { isAdmin, addSecret } = useEditor()
  const mend = (fix: Fix) => {
    if (fix.kind === 'replace') return input.current?.replace(fix.start, fix.end, fix.text)
    const refer = (name: string) => input.current?.replace(problem.start, problem.end, `secrets.${name}`)
    return addSecret(spot, refer, fix.name)
  }
  const fixes = problem.fixes.filter(({ kind }) => isAdmin || kind !== 'add-secret')
  const askAdmin = fixes.length < problem.fixes.length
  return (
    <div className="field-problem">
      <Text size="xs" c="var(--mantine-color-error)">
        {problem.message}
        {askAdmin && ' Ask an admin to add it.'}{' '}
        {problem.fixes.some(({ kind }) => kind === 'add-secret') && (
          <DocsLink to="missingSecret" about="missing secrets" />
        )}
      </Text>
      {fixes.map((fix) => (
        <Button key={fix.label} variant="default" size="compact-xs" onClick={() => mend(fix)}>
          {fix.label}
        </Button>
      ))}
    </div>
  )
}
