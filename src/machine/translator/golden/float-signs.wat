;; signs are moved by bits, those of NaNs too
;;
;;   fsgnj.d fa0, fa1, fa2
;;   fneg.d fa3, fa4
;;   fabs.s fa5, fa6
;;   fsgnjx.d fa7, fa0, fa3
;;   ecall

(local.set $tlb (i32.load $TLB_BASE))
(local.set $dataContext (i64.load $DATA_CONTEXT))
(local.set $fetchContext (i64.load $FETCH_CONTEXT))
(local.set $ready
  (i32.and
    (i32.eq
      (i32.and
        (i32.and
          (i32.load $CSR_MSTATUS)
          (select (i32.load $CSR_VSSTATUS) (i32.const -1) (i32.load $VIRT)))
        (i32.const 24576))
      (i32.const 24576))
    (i32.eqz (i32.and (i32.load $CSR_FCSR) (i32.const 224)))))
(local.set $fa0 (f64.load $F[10]))
(local.set $fa1 (f64.load $F[11]))
(local.set $fa2 (f64.load $F[12]))
(local.set $fa3 (f64.load $F[13]))
(local.set $fa4 (f64.load $F[14]))
(local.set $fa7 (f64.load $F[17]))
block $1
  block $2
    block $3
      block $4
        (br_table $4 $4 (i32.sub (local.get $entry) (i32.const 1)))
      end
      (local.get $entry)
      if $5
        (i32.eqz (i32.and (local.get $inLocals) (i32.const 65536)))
        if $6
          (i64.lt_u (local.tee $scratch0 (i64.load $F[16])) (i64.const -4294967296))
          (local.set $code (i32.const 1))
          (br_if $3)
          (local.set $fa6.single (f32.reinterpret_i32 (i32.wrap_i64 (local.get $scratch0))))
        end
      end
      (local.set $entry (i32.const 0))
      (i32.eqz (local.get $ready))
      (local.set $code (i32.const 1))
      (br_if $3)
      (local.set $left (i32.sub (local.get $left) (i32.const 4)))
      (local.set $fa0 (f64.copysign (local.get $fa1) (local.get $fa2)))
      (local.set $fa3 (f64.neg (local.get $fa4)))
      (local.set $fa5.single (f32.abs (local.get $fa6.single)))
      (local.set $fa7
        (f64.reinterpret_i64
          (i64.xor
            (i64.reinterpret_f64 (local.get $fa0))
            (i64.reinterpret_f64 (f64.copysign (f64.const 0) (local.get $fa3))))))
      (local.set $inLocals (i32.or (local.get $inLocals) (i32.const 32768)))
      (local.set $code (i32.const 2049))
      (br $3)
    end
    (local.set $pc
      (i64.add
        (local.get $base)
        (i64.extend_i32_s (i32.shl (i32.shr_s (local.get $code) (i32.const 8)) (i32.const 1)))))
    (local.set $left
      (i32.add
        (local.get $left)
        (i32.and (i32.shr_u (local.get $code) (i32.const 1)) (i32.const 127))))
    (local.set $kind (i32.and (local.get $code) (i32.const 1)))
    (br $1)
  end
  (i32.store $JUMPED_FROM (i32.add (i32.wrap_i64 (local.get $base)) (local.get $jump)))
  (local.set $pc (i64.and (local.get $pc) (i64.const -2)))
end
(f64.store $F[10] (local.get $fa0))
(f64.store $F[13] (local.get $fa3))
(i32.and (local.get $inLocals) (i32.const 32768))
if $7
  (f32.store $F[15] (local.get $fa5.single))
  (i32.store $F[15]+4 (i32.const -1))
end
(f64.store $F[17] (local.get $fa7))
(i64.store $PC (local.get $pc))
(i32.or (i32.shl (local.get $left) (i32.const 1)) (local.get $kind))
