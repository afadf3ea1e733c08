import { fileURLToPath } from 'node:url'

import VueI18n from '@intlify/unplugin-vue-i18n/vite'
import vue from '@vitejs/plugin-vue'
import ElementPlus from 'unplugin-element-plus/vite'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  plugins: [
    vue(),
    VueI18n({ include: here('src/words/{,made/}{zh,en}/*.json'), runtimeOnly: true, strictMessage: true, escapeHtml: false }),
    ElementPlus({}),
  ],
  resolve: { alias: { '@': here('src') } },
  build: {
    target: 'es2023', assetsDir: 'console', modulePreload: { polyfill: false }, reportCompressedSize: false, manifest: true,
    chunkSizeWarningLimit: 1000, // scripts/sizes.mjs says what is too much
    // What every page needs is one file: fifty small ones cost more than their bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'desk', tags: ['$initial'], test: (id) => !/index\.html|main\.ts/.test(id) }] } } },
  },
  server: { proxy: { '/api': process.env.QIANTAI ?? 'http://127.0.0.1:8000' } },
})
