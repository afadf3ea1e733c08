import pluginVue from 'eslint-plugin-vue'
import accessible from 'eslint-plugin-vuejs-accessibility'
import { readdirSync } from 'node:fs'
import tseslint from 'typescript-eslint'

const AREAS = readdirSync(new URL('src/areas', import.meta.url), { withFileTypes: true }).filter((one) => one.isDirectory()).map((one) => one.name)

/** An area uses app, api, live, parts and words; never another area. */
const alone = AREAS.map((name) => ({
  files: [`src/areas/${name}/**`],
  rules: {
    'no-restricted-imports': ['error', {
      patterns: [
        { group: ['@/areas/*', ...AREAS.filter((other) => other !== name).map((other) => `**/${other}/*`)], message: 'An area never imports another one: open its panel by name.' },
      ],
    }],
  },
}))

const below = (room, ...not) => ({
  files: [`src/${room}/**`],
  rules: { 'no-restricted-imports': ['error', { patterns: [{ group: not.map((other) => `@/${other}/**`), message: `${room} does not know ${not.join(', ')}.` }] }] },
})

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'src/api/made/', 'src/words/made/'] },
  ...tseslint.configs.strict,
  ...tseslint.configs.stylistic,
  ...pluginVue.configs['flat/recommended'],
  ...accessible.configs['flat/recommended'],
  {
    files: ['**/*.vue'],
    languageOptions: { parserOptions: { parser: tseslint.parser } },
  },
  {
    rules: {
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-empty-function': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      'vue/max-attributes-per-line': 'off',
      'vue/singleline-html-element-content-newline': 'off',
      'vue/first-attribute-linebreak': 'off',
      'vue/html-closing-bracket-newline': 'off',
      'vue/html-indent': 'off',
      'vue/multi-word-component-names': 'off',
      'vue/require-default-prop': 'off',
      'vuejs-accessibility/interactive-supports-focus': 'off', // options of a list that aria-activedescendant points at
      'vue/no-v-html': 'error',
      'no-undef': 'off',
      'max-lines': ['error', { max: 250 }],
    },
  },
  below('api', 'app', 'areas', 'live', 'parts'),
  below('live', 'app', 'areas', 'parts'),
  below('parts', 'areas'),
  ...alone,
)
