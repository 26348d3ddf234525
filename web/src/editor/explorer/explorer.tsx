import { Text } from '@mantine/core'
import { useDeferredValue, useRef, useState } from 'react'
import type { Variable, VariableGroup } from '../../../../src/template/variables.ts'
import { SearchField } from '../../forms/search-field.tsx'
import { moveFocus } from '../../lists/move-focus.ts'
import { found } from '../../lists/search.ts'
import type { StepEnvironment } from '../draft/known-variables.ts'
import { useEditor } from '../state/editor-context.ts'
import { flattened } from '../template/nested-variables.ts'
import { SecretSection } from './secret-section.tsx'
import { SectionFold } from './section-fold.tsx'
import { VariableRow } from './variable-row.tsx'

const VARIABLES = 'button.variable:not(:disabled)'

/** How many sections are open at first: those of the steps just before this one. */
const OPEN_AT_FIRST = 3

/**
 * Lists all that a step can refer to. A click puts a variable into the field that had the focus last.
 *
 * @param onInserted is called before the variable is put in, so that a drawer is closed by then.
 */
export function Explorer({
  environment,
  onInserted,
}: {
  environment: StepEnvironment
  onInserted?: (() => void) | undefined
}) {
  const { target } = useEditor()
  const [search, setSearch] = useState('')
  const query = useDeferredValue(search).trim()
  const list = useRef<HTMLElement>(null)
  const insert = (path: string) => {
    if (!target) return
    onInserted?.()
    target.insert(path)
  }
  const blocked = reasonAgainstVariables(target)
  const values = environment.sections.filter(({ kind }) => kind !== 'SECRETS')
  const secrets = environment.sections.find(({ kind }) => kind === 'SECRETS')
  return (
    <aside
      ref={list}
      className="explorer"
      aria-label="Variables"
      onKeyDown={(event) => moveFocus(event, list.current, VARIABLES)}
    >
      <Text size="sm" fw={600} component="h2">
        Variables
      </Text>
      <SearchField size="xs" label="Search variables" text={search} onChange={setSearch} />
      <Text size="xs" c="dimmed" aria-live="polite">
        {blocked ?? `A click puts it into ${target?.label ?? ''}.`}
      </Text>
      <div className="explorer-list">
        {values.map((section, at) => (
          <Section
            key={`${section.kind} ${section.title}`}
            section={searched(section, query)}
            startsOpen={at >= values.length - OPEN_AT_FIRST}
            query={query}
            blocked={blocked}
            onInsert={insert}
          />
        ))}
      </div>
      {secrets && (
        <SecretSection
          section={searched(secrets, query)}
          secretFields={environment.scope.secretFields ?? []}
          query={query}
          onInsert={insert}
        />
      )}
    </aside>
  )
}

function reasonAgainstVariables(target: ReturnType<typeof useEditor>['target']): string | undefined {
  if (!target) return 'Click into a field, then choose what to put there.'
  return target.takes === 'nothing' ? `${target.label} takes no variables.` : undefined
}

/** A search also finds what is inside variables. */
function searched(section: VariableGroup, query: string): VariableGroup {
  if (query === '') return section
  return { ...section, variables: found(query, flattened(section), ({ path }) => path).slice(0, 50) }
}

function Section({
  section: { title, kind, variables },
  startsOpen,
  query,
  blocked,
  onInsert,
}: {
  section: VariableGroup
  startsOpen: boolean
  query: string
  blocked: string | undefined
  onInsert: (path: string) => void
}) {
  if (query !== '' && variables.length === 0) return null
  const labelOf = ({ path, label }: Variable) => (query === '' ? label : path)
  return (
    <SectionFold
      name={kind === 'STEP' ? `Step ${title}` : title}
      heading={kind === 'STEP' ? <code>{title}</code> : title}
      startsOpen={startsOpen}
      forced={query !== ''}
    >
      <ul>
        {variables.map((it) => (
          <VariableRow
            key={it.path}
            variable={it}
            label={labelOf(it)}
            expandable={query === '' && it !== variables[0]}
            disabled={blocked !== undefined}
            onInsert={onInsert}
          />
        ))}
      </ul>
    </SectionFold>
  )
}
