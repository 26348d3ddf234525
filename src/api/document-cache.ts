import type { DocumentNode } from 'graphql'
import { LRUCache } from 'lru-cache'

// Of the texts of all documents that are kept, and of one (characters): who sends ever new ones fills no memory.
const MAX_CHARACTERS = 4 * 1024 * 1024
const MAX_DOCUMENT = 64 * 1024

/**
 * Keeps documents that were parsed, and with each what validation found. Any document, whoever sends it; but not one
 * that may have a value in it: that of a secret is written as a string, and stays in memory for no longer than its
 * request.
 */
export function createDocumentCache() {
  const documents = new LRUCache<string, DocumentNode>({
    maxSize: MAX_CHARACTERS,
    maxEntrySize: MAX_DOCUMENT,
    sizeCalculation: (_document, text) => text.length,
  })
  return {
    documentCache: {
      get: (text: string) => documents.get(text),
      set: (text: string, document: DocumentNode) => {
        if (!mayHoldValue(text)) documents.set(text, document)
      },
    },
    // What cannot be parsed may be anything, a value among it.
    errorCache: { get: () => undefined, set: () => undefined },
  }
}

/** Whether a document is of a kind that is kept for no longer than its request. */
export const mayHoldValue = (text: string): boolean => text.includes('mutation') && text.includes('"')
