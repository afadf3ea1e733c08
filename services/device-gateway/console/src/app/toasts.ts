/** Short news at the edge of the page, with a way back where there is one. */
import { defineStore } from 'pinia'
import { shallowRef } from 'vue'

export interface Toast {
  id: number
  tone: 'done' | 'wrong'
  text: string
  detail?: string
  undo?: () => void | Promise<void>
  /** Opens what it is about. */
  open?: () => void
}

const STAYS_MS = 8_000

export const useToasts = defineStore('toasts', () => {
  const shown = shallowRef<Toast[]>([])
  let last = 0

  function drop(id: number): void {
    shown.value = shown.value.filter((one) => one.id !== id)
  }

  function say(toast: Omit<Toast, 'id'>): void {
    const id = (last += 1)
    shown.value = [...shown.value.slice(-3), { ...toast, id }]
    if (toast.tone === 'done') setTimeout(() => drop(id), STAYS_MS)
  }

  /** Take back what the newest toast with an undo is about. */
  async function undo(toast = [...shown.value].reverse().find((one) => one.undo)): Promise<void> {
    if (toast?.undo === undefined) return
    drop(toast.id)
    await toast.undo()
  }

  /** Open what the newest toast with something to open is about. */
  function open(toast = [...shown.value].reverse().find((one) => one.open)): void {
    if (toast?.open === undefined) return
    drop(toast.id)
    toast.open()
  }

  return { drop, open, say, shown, undo }
})
