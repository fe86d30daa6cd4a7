import type { KeyShape } from './key-shape.ts'

/** Keys of models and of what is built around them. */
export const modelKeys: readonly KeyShape[] = [
  ['anthropic', ['sk-ant-'], /sk-ant-[a-z0-9]{2,12}-[\w-]{20,200}/],
  ['cerebras', ['csk-'], /csk-[a-z0-9]{40,60}/],
  ['elevenlabs', ['sk_'], /sk_[a-f0-9]{48}(?![A-Za-z0-9])/],
  ['firecrawl', ['fc-'], /fc-[a-f0-9]{32}(?![a-f0-9])/],
  ['fireworks', ['fw_'], /fw_(?=[A-Za-z]{0,23}\d)[A-Za-z0-9]{22,24}(?![A-Za-z0-9])/, 'weak'],
  ['groq', ['gsk_'], /gsk_[A-Za-z0-9]{48,56}/],
  ['huggingface', ['hf_', 'api_org_'], /hf_[A-Za-z0-9]{30,40}|api_org_[A-Za-z0-9]{30,40}/],
  ['jina', ['jina_'], /jina_[a-f0-9]{32}[\w-]{20,40}/],
  ['langfuse', ['k-lf-'], /[sp]k-lf-[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/],
  ['langsmith', ['lsv0_'], /lsv2_(?:pt|sk)_[a-f0-9]{32}_[a-f0-9]{10}/],
  ['modal', ['ak-', 'as-'], /a[ks]-(?=[A-Za-z]{0,21}\d)[A-Za-z0-9]{22}(?![A-Za-z0-9-])/, 'weak'],
  ['nvidia', ['nvapi-'], /nvapi-[\w-]{50,80}/],
  [
    'openai',
    ['sk-'],
    /sk-(?:(?:proj|svcacct|admin|None|service)-[\w-]{20,200}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20}|(?=[A-Za-z]{0,60}\d)[A-Za-z0-9]{32,64}(?![\w-])|(?=[\w-]{0,23}\d)(?=[\w-]{0,23}[A-Z])(?=[\w-]{0,23}[a-z])[\w-]{20,24}(?![\w-]))/,
  ],
  ['openrouter', ['sk-or-'], /sk-or-v\d-[a-f0-9]{64}/],
  ['perplexity', ['pplx-'], /pplx-[A-Za-z0-9]{40,64}/],
  ['pinecone', ['pcsk_'], /pcsk_[A-Za-z0-9]{4,12}_[A-Za-z0-9]{40,80}/],
  ['replicate', ['r0_'], /r8_[A-Za-z0-9]{37,40}(?![A-Za-z0-9])/],
  ['runpod', ['rpa_'], /rpa_[A-Z0-9]{38,52}(?![A-Za-z0-9])/],
  ['tavily', ['tvly-'], /tvly-(?:dev-|prod-)?[A-Za-z0-9]{32}/],
  ['together', ['tgp_v0_'], /tgp_v1_[\w-]{40,48}/],
  ['xai', ['xai-'], /xai-[A-Za-z0-9]{70,90}/],
]
