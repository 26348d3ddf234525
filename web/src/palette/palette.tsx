import './palette.css'
import { Modal, Text, TextInput } from '@mantine/core'
import { type KeyboardEvent, useEffect, useId, useState } from 'react'
import { type Entry, useEntries } from './use-entries.ts'

/**
 * Finds pages, automations, secrets and actions by name. A combobox with a list, as the ARIA Authoring Practices have it:
 * the focus stays in the field, and the arrow keys move the option that Enter opens.
 */
export function Palette({
  workspace,
  onClose,
  showShortcuts,
}: {
  workspace: string
  onClose: () => void
  showShortcuts: () => void
}) {
  const [typed, setTyped] = useState('')
  // The entry and not its place: what is found a moment later comes in between.
  const [moved, setMoved] = useState<string>()
  const prefix = useId()
  const entries = useEntries(workspace, typed, showShortcuts)
  const chosen = entries.find(({ id }) => id === moved) ?? entries[0]
  const idOf = ({ id }: Entry) => `${prefix}-${id}`
  const chosenId = chosen && idOf(chosen)
  useEffect(() => {
    if (chosenId) document.getElementById(chosenId)?.scrollIntoView({ block: 'nearest' })
  }, [chosenId])
  const open = (entry: Entry) => {
    onClose()
    entry.open()
  }
  const move = (event: KeyboardEvent) => {
    const last = entries.length - 1
    const at = chosen ? entries.indexOf(chosen) : 0
    const next = new Map([
      ['ArrowDown', at === last ? 0 : at + 1],
      ['ArrowUp', at <= 0 ? last : at - 1],
    ]).get(event.key)
    if (next !== undefined) {
      event.preventDefault()
      setMoved(entries[next]?.id)
    }
    // Enter also ends a word that an input method is still composing.
    if (event.key === 'Enter' && chosen && !event.nativeEvent.isComposing) {
      event.preventDefault()
      open(chosen)
    }
  }
  return (
    <Modal opened onClose={onClose} withCloseButton={false} title="Go to" size="lg" yOffset="12vh">
      <TextInput
        role="combobox"
        aria-label="Search pages, automations, secrets and actions"
        aria-expanded={entries.length > 0}
        aria-controls={`${prefix}-list`}
        aria-activedescendant={chosenId}
        aria-autocomplete="list"
        placeholder="Search"
        autoComplete="off"
        spellCheck={false}
        data-autofocus
        value={typed}
        onChange={(event) => {
          setTyped(event.currentTarget.value)
          setMoved(undefined)
        }}
        onKeyDown={move}
      />
      <div role="listbox" id={`${prefix}-list`} aria-label="What was found" className="palette">
        {[...Map.groupBy(entries, ({ group }) => group)].map(([group, its]) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box
          <div key={group} role="group" aria-label={group}>
            <div className="palette-group" aria-hidden>
              {group}
            </div>
            {its.map((entry) => (
              // The focus stays in the field, which has the keys.
              // biome-ignore lint/a11y/useKeyWithClickEvents: as said
              // biome-ignore lint/a11y/useFocusableInteractive: as said
              <div
                key={entry.id}
                id={idOf(entry)}
                role="option"
                aria-selected={entry === chosen}
                onClick={() => open(entry)}
              >
                {entry.label}
              </div>
            ))}
          </div>
        ))}
      </div>
      <Text size="sm" c="dimmed" role="status">
        {entries.length === 0 && `Nothing has “${typed.trim()}” in its name.`}
      </Text>
    </Modal>
  )
}
