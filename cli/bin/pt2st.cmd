@echo off
rem Starts pt2st of an installation for Windows, as bin/pt2st does elsewhere.
rem
rem   PT2ST_JAVA_OPTS   words for its Java, such as -Xmx8g
rem
rem What it prints is UTF-8. Java takes names on a command line in the code page of the system: a name with other letters
rem needs that to be UTF-8, or a pattern that matches it.

setlocal
set "PT2ST_LIB=%~dp0..\lib\pt2st"
if exist "%PT2ST_LIB%\runtime\bin\java.exe" goto whole
echo pt2st: the installation is not whole: it has no "%PT2ST_LIB%\runtime\bin\java.exe"; install it again>&2
exit /b 1

:whole
rem Two options for one thing: without a cache there is nothing to turn on.
set "PT2ST_AOT=-XX:AOTMode=off"
if exist "%PT2ST_LIB%\pt2st.aot" set "PT2ST_AOT=-XX:AOTCache=%PT2ST_LIB%\pt2st.aot"

"%PT2ST_LIB%\runtime\bin\java.exe" -XX:-UsePerfData -XX:InitialRAMPercentage=10 -XX:NewRatio=5 -XX:+UseSerialGC ^
  --enable-native-access=dev.pt2st.app "%PT2ST_AOT%" "-DZstdNativePath=%PT2ST_LIB%\libzstd-jni.dll" ^
  -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 ^
  -Xlog:disable -Xlog:all=warning,aot*=off,cds*=off:stderr %PT2ST_JAVA_OPTS% ^
  -m dev.pt2st.app/dev.pt2st.cli.Main %*
exit /b %ERRORLEVEL%
