export function greeting(name: string, language: string): string {
  return language === "he" ? `שלום ${name}` : `Hello ${name}`;
}
