import { describe, expect, it } from 'vitest'
import { changeDraft } from '../../../web/src/editor/draft/change-draft.ts'
import {
  type Draft,
  type DraftStep,
  emptyDraft,
  freeKey,
  keyProblem,
  sameDraft,
} from '../../../web/src/editor/draft/draft.ts'
import { renameStepIn, stepsUsedIn } from '../../../web/src/editor/draft/rename-step.ts'

const step = (id: number, key: string, fields: Record<string, unknown> = {}): DraftStep => ({
  id,
  key,
  type: 'custom-http',
  fields,
  timeoutSeconds: null,
  retry: null,
  onError: 'STOP',
  savedKey: key,
})

const draft = (...steps: DraftStep[]): Draft => ({ ...emptyDraft, name: 'Test', steps })
const keys = ({ steps }: Draft) => steps.map(({ key }) => key)

describe('changing a draft', () => {
  it('moves a step, and keeps the order if the position does not exist', () => {
    const three = draft(step(1, 'a'), step(2, 'b'), step(3, 'c'))
    expect(keys(changeDraft(three, { kind: 'move', step: 1, to: 2 }))).toEqual(['b', 'c', 'a'])
    expect(keys(changeDraft(three, { kind: 'move', step: 3, to: 0 }))).toEqual(['c', 'a', 'b'])
    expect(changeDraft(three, { kind: 'move', step: 3, to: 3 })).toEqual(three)
  })

  it('duplicates a step after it with a free key, unsaved', () => {
    const changed = changeDraft(draft(step(1, 'a', { url: 'x' }), step(2, 'a_2')), {
      kind: 'duplicate',
      step: 1,
      id: 9,
    })
    expect(changed.steps[1]).toEqual({ ...step(9, 'a_3', { url: 'x' }), savedKey: undefined })
  })

  it('brings a deleted step back to its position', () => {
    const three = draft(step(1, 'a'), step(2, 'b'), step(3, 'c'))
    const without = changeDraft(three, { kind: 'remove', step: 2 })
    expect(keys(without)).toEqual(['a', 'c'])
    expect(changeDraft(without, { kind: 'add', step: step(2, 'b'), at: 1 })).toEqual(three)
  })

  it('renames a step and the references to it, but nothing that only looks similar', () => {
    const before = draft(
      step(1, 'look'),
      step(2, 'next', {
        url: 'https://a.test/{{ steps.look.output.id }}?q={{ steps.lookup.output }}&{{ broken {{ steps.look.output }}',
        headers: [
          { name: 'X-{{ steps["look"].output.a }}', value: '{{ trigger.x | default: steps.look.output.y }}' },
        ],
        body: { 'k-{{steps.look.output}}': ['\\{{ steps.look.output }}', 'steps.look.output', 5, null] },
      }),
    )
    const after = changeDraft(before, { kind: 'key', step: 1, key: 'find' })
    expect(keys(after)).toEqual(['find', 'next'])
    expect(after.steps[0]?.savedKey).toBe('look')
    expect(after.steps[1]?.fields).toEqual({
      url: 'https://a.test/{{ steps.find.output.id }}?q={{ steps.lookup.output }}&{{ broken {{ steps.find.output }}',
      headers: [
        { name: 'X-{{ steps.find.output.a }}', value: '{{ trigger.x | default: steps.find.output.y }}' },
      ],
      body: { 'k-{{steps.find.output}}': ['\\{{ steps.look.output }}', 'steps.look.output', 5, null] },
    })
  })

  it('returns data without templates unchanged', () => {
    const data = { a: [1, true, null, 'text'], b: { c: '{{ trigger }}' } }
    expect(renameStepIn(data, 'a', 'b')).toEqual(data)
    expect(
      stepsUsedIn({ x: '{{ steps.a.output }}', '{{ steps.b.output }}': ['{{ steps.c.output | base64 }}'] }),
    ).toEqual(new Set(['a', 'b', 'c']))
  })

  it('compares only what would be saved', () => {
    const one = draft(step(1, 'a', { url: 'x', body: undefined }))
    expect(sameDraft(one, draft({ ...step(7, 'a', { url: 'x' }), savedKey: undefined }))).toBe(true)
    expect(sameDraft(one, draft(step(1, 'a', { url: 'y' })))).toBe(false)
  })

  it('finds free keys and says what is wrong with others', () => {
    expect(freeKey('custom-http', [])).toBe('custom_http')
    expect(freeKey('custom-http', [step(1, 'custom_http'), step(2, 'custom_http_2')])).toBe('custom_http_3')
    expect(freeKey('42', [])).toBe('step')
    expect(freeKey('Größe prüfen', [])).toBe('Grosse_prufen')
    expect(keyProblem('a', 1, [step(1, 'b'), step(2, 'a')])).toContain('Another step')
    expect(keyProblem('a b', 1, [step(1, 'b')])).toContain('A letter')
    expect(keyProblem('b', 1, [step(1, 'b')])).toBeUndefined()
  })
})
