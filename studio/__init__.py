"""Use cases, jobs, settings and the command line. No gradio (studio/ui), no fastapi (studio/api), no torch."""
